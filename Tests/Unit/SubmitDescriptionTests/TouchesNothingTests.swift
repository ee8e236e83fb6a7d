import ClassAd
import Diagnostics
import Cryptography
import Glibc
import SubmitDescription
import Testing

/// A stranger's description touches nothing of the host it is read on: it is read here where touching anything ends the process.
@Suite struct TouchesNothingTests {
    /// Descriptions that try to, and ones that use every part of the language.
    private static let texts: [String] = [
        "executable = job.sh\nqueue\n",
        "include : /etc/passwd\nqueue\n",
        "include : ./x.sub\nqueue\n",
        "include ifexist : /etc/passwd\nqueue\n",
        "include command : id\nqueue\n",
        "include output : id\nqueue\n",
        "include into x.sub : id\nqueue\n",
        "include : id |\nqueue\n",
        "use ROLE : Submit\nqueue\n",
        "executable = /bin/sh\narguments = $ENV(HOME) $(x:$ENV(PATH))\nqueue\n",
        "executable = a\nx = $ENV(HOME:none)\narguments = $(x) $Ffpdn(x) $BASENAME(x) $DIRNAME(/etc/passwd)\nqueue 2\n",
        "executable = a\narguments = $RANDOM_INTEGER(1,9) $RANDOM_CHOICE(a,b) $EVAL(time()) $INT(SUBMIT_TIME) $(Year)\nqueue\n",
        "executable = a\narguments = $EVAL(userHome(\"root\")) $EVAL(userMap(\"m\",\"u\"))\n+X = userHome(\"root\")\nqueue\n",
        "executable = a\ngetenv = true\nqueue\n",
        "executable = a\ngetenv = HOME,PATH\nenvironment = \"A=$ENV(HOME)\"\nqueue\n",
        "executable = a\nqueue x from /etc/passwd\n",
        "executable = a\nqueue x from id |\n",
        "executable = a\nqueue x from -\n",
        "executable = a\nqueue x matching /etc/*\n",
        "executable = a\nqueue x matching files *.dat, ~/*\n",
        "executable = a\nqueue x,y from (\n1 2\n3 4\n)\n",
        "executable = ../../bin/sh\nqueue\n",
        "executable = /bin/sh\ntransfer_executable = true\nqueue\n",
        "executable = a\ninput = /etc/passwd\noutput = /etc/x\nerror = /dev/null\nlog = /etc/y\nqueue\n",
        "executable = a\ntransfer_input_files = /etc/passwd, ~/x, ../x, dir/, https://x/y\nqueue\n",
        "executable = a\ninitialdir = /etc\nqueue\n",
        "executable = a\ninitialdir = x$(Process)\ntransfer_input_files = y\nqueue 3\n",
        "executable = a\nx509userproxy = /tmp/x509up\nqueue\n",
        "executable = a\nuse_x509userproxy = true\nuse_scitokens = true\nscitokens_file = /etc/x\nuse_oauth_services = x\nqueue\n",
        "universe = docker\ndocker_image = x\ndocker_send_credentials = true\nexecutable = a\nqueue\n",
        "universe = container\ncontainer_image = /etc/x.sif\nqueue\n",
        "container_image = x.sif\ncontainer_is_common = true\nexecutable = a\nqueue\n",
        "universe = vm\nvm_type = kvm\nvm_memory = 1\nvm_disk = /etc/passwd:vda:w\nexecutable = a\nqueue\n",
        "universe = java\nexecutable = /etc/x.class\njar_files = /etc/x.jar\narguments = x\nqueue\n",
        "universe = grid\ngrid_resource = ec2 https://x\nec2_access_key_id = /etc/a\nec2_secret_access_key = /etc/b\n"
            + "ec2_ami_id = x\nec2_user_data_file = /etc/passwd\nexecutable = a\nqueue\n",
        "universe = grid\ngrid_resource = gce https://x p z\ngce_auth_file = /etc/a\ngce_image = i\ngce_machine_type = m\n"
            + "gce_metadata_file = /etc/b\ngce_json_file = /etc/c\nexecutable = a\nqueue\n",
        "executable = a\ntool_daemon_cmd = /bin/sh\ntool_daemon_input = /etc/passwd\nqueue\n",
        "executable = a\nskip_filechecks = false\nmanifest = true\ncheckpoint_destination = file:///etc\nqueue\n",
        "executable = a\nmax_materialize = 2\nqueue 10 x in (a b c)\n",
        "executable = a\ncron_minute = 5\ndeferral_time = time()\nconcurrency_limits = a:2\naccounting_group = g\nqueue\n",
        "executable = a\nif defined HOME\n+X = regexp(\"(a+)+$\", \"aaaaaaaaaaaaaaaaaaaaaaaaaaa!\")\nendif\nrequirements = time() > 0\nqueue\n",
    ]

    private static func read(_ text: String, _ mode: SubmitMode) {
        do {
            let plan = try SubmitDescription.parse(text, mode: mode, parameters: SubmitParameters())
            for warning in plan.warnings { _ = warning.description }
            _ = try plan.factory?.digest(clusterID: 1, itemFile: "items")
            guard plan.factory == nil else { return }
            var ads = try plan.ads(clusterID: 1)
            while let ad = try ads.next() { _ = ad.unparsed(.old) }
        } catch {
            _ = error.description
        }
    }

    private static func closeTrap() {
        // At its first use in a process, whoever uses it, libcrypto reads the environment and its configuration.
        _ = Hash.sha256([])
        guard SystemCallTrap.close() else { _exit(99) }
    }

    @Test func aStrangersDescriptionTouchesNothing() async {
        await #expect(processExitsWith: .success) {
            Self.closeTrap()
            for text in Self.texts { Self.read(text, .remote) }
            _exit(0)
        }
    }

    // The trap catches what it is there to catch.

    @Test func theTrapCatchesFiles() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            let files = HostFiles()
            Self.closeTrap()
            Self.read("include : /etc/passwd\nqueue\n", .local(files))
            _exit(0)
        }
    }

    @Test func theTrapCatchesPatterns() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            let files = HostFiles()
            Self.closeTrap()
            Self.read("executable = a\nqueue x matching /etc/*\n", .local(files))
            _exit(0)
        }
    }

    @Test func theTrapCatchesCommands() async {
        await #expect(processExitsWith: .signal(SIGSYS)) {
            let files = HostFiles()
            Self.closeTrap()
            Self.read("include command : true\nqueue\n", .local(files))
            _exit(0)
        }
    }

    @Test func theTrapCatchesTheEnvironment() async {
        await #expect(processExitsWith: .failure) {
            Self.closeTrap()
            _ = getenv("HOME")
            _exit(0)
        }
    }
}

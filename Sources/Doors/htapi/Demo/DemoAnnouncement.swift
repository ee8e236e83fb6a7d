import HTTPServer

/// The text that a running demo prints: where it is, and commands to try, which can be pasted as they are.
struct DemoAnnouncement {
    let address: Server.Address
    let header: String
    let directory: DemoDirectory
    let scheduler: DemoScheduler

    /// The base of request URLs. For a unix socket the host does not matter.
    var url: String {
        switch address {
        case .unix: "http://localhost"
        case .tcp, .inherited: "http://\(address)"
        }
    }

    private var curl: String {
        if case .unix(let path) = address { return "curl -sS --unix-socket \(path)" }
        return "curl -sS"
    }

    var text: String {
        let api = "\(url)/api/v1"
        let description = #"$'executable = /bin/echo\narguments = hello\noutput = out.txt\nqueue\n'"#
        let alice = "\(curl) -H '\(header): alice'"
        return """

            htapi demo: \(scheduler == .builtin ? "a mini scheduler" : "a personal HTCondor") behind \(url)
            Files: \(directory.path)\(directory.isTemporary ? " (gone when the demo ends)" : "")

            From this machine the header \(header) says who you are. Try, in another terminal:

              job=$(\(alice) -H 'Content-Type: text/plain' --data-binary \(description) \(api)/jobs | tee /dev/stderr | grep -o '[0-9]*\\.[0-9]*' | \
              head -n 1)
              \(alice) "\(api)/jobs/$job/stdout?follow=true"
              \(alice) "\(api)/jobs/$job?projection=ClusterId,ProcId,JobStatus,ExitCode"
              \(alice) \(api)/jobs/$job/output | tar -xOf - out.txt

            With a token, as on a real pool:

              \(curl) -H "Authorization: Bearer $(cat \(directory.token("bob")))" \(api)/whoami

            Reference: \(url)/docs. HTCondor's own tools work too, where they are installed:

              CONDOR_CONFIG=\(directory.condorConfig) condor_q

            Ctrl-C ends it.
            """
    }
}

/// The root of a configuration: the file or directory that is read first.
package enum ConfigurationRoot: Sendable, Hashable {
    /// `CONDOR_CONFIG` of the environment (`ONLY_ENV`: no file at all); else `~/.condor/condor_config`, `/etc/condor/condor_config`,
    /// `/usr/local/etc/condor_config` and `condor_config` in the home of the account `condor`, whichever exists first; else no file.
    case environment
    /// A file; or a directory, whose files are read as those of a `LOCAL_CONFIG_DIR`.
    case path(String)
    /// No files.
    case none
}

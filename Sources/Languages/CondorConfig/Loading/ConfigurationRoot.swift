/// The root of a configuration: the file or directory that is read first.
package enum ConfigurationRoot: Sendable, Hashable {
    /// `CONDOR_CONFIG` from the environment (`ONLY_ENV` for no file at all). Otherwise the first that exists of `~/.condor/condor_config`,
    /// `/etc/condor/condor_config`, `/usr/local/etc/condor_config` and `condor_config` in the home directory of the account `condor`. Otherwise no
    /// file.
    case environment
    /// A file, or a directory whose files are read like those of a `LOCAL_CONFIG_DIR`.
    case path(String)
    /// No files.
    case none
}

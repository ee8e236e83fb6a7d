extension FileSystemServer {
    /// The method as a server's configuration has it.
    init(_ configuration: ServerHandshake.Configuration, local: Sinful.Endpoint, random: [UInt8]) {
        self.init(
            directory: configuration.fileSystemDirectory, local: local, random: random,
            advertised: configuration.advertisedAddress?.endpoints ?? [], sharedPortIDs: configuration.sharedPortIDs,
            acceptsEverySharedPortID: configuration.acceptsEverySharedPortID, domain: configuration.userDomain,
            serviceUser: configuration.serviceUser)
    }
}

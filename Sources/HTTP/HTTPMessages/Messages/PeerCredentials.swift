/// The process at the other end of a Unix socket, as the system tells it: its credentials when it connected (`SO_PEERCRED`, unix(7)).
package struct PeerCredentials: Sendable, Hashable {
    package let processID: Int32
    package let userID: UInt32
    package let groupID: UInt32

    package init(processID: Int32, userID: UInt32, groupID: UInt32) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }
}

extension Credential {
    /// The authentication method for the credential.
    package var method: AuthenticationMethod {
        switch self {
        case .token(let token): token.kind == .poolToken ? .token : .scitokens
        case .fileSystem: .fileSystem
        case .claimToBe: .claimToBe
        case .anonymous: .anonymous
        }
    }
}

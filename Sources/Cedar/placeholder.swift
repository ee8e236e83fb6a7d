import Crypto
import NIOCore

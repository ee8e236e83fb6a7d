import HTTPEndpoints
import Sandbox

extension ArchiveFormat: ParameterValue {}

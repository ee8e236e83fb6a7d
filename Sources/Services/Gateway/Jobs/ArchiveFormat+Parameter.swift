import HTTPKit
import Sandbox

extension ArchiveFormat: ParameterValue {}

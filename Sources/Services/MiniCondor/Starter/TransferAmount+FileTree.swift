import JobExecution

extension TransferAmount {
    init(_ copied: FileTree.Amount) { self.init(files: copied.files, bytes: copied.bytes) }
}

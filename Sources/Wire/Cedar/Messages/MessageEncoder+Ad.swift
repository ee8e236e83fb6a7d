package import ClassAd

extension MessageEncoder {
    /// An ad in old syntax: the number of its lines, the lines, and two empty strings for its types.
    /// - Parameters:
    ///   - includingPrivate: false leaves out the attributes that hold secrets.
    ///   - types: false for the variant without the two strings.
    package mutating func write(ad: ClassAd, includingPrivate: Bool = true, types: Bool = true) {
        writeAd(lineCount: ad.lazy.filter { includingPrivate || !WireAd.isPrivateAttribute($0.name) }.count, types: types) { encoder in
            for (name, expression) in ad where includingPrivate || !WireAd.isPrivateAttribute(name) {
                (Array(name.utf8) + [0x20, 0x3D, 0x20] + expression.wireBytes).withUnsafeBytes { encoder.write(string: $0) }
            }
        }
    }

    /// An ad as it was received; of several lines with one name only the last is written.
    package mutating func write(ad: WireAd, includingPrivate: Bool = true, types: Bool = true) {
        let names = ad.names.filter { includingPrivate || !WireAd.isPrivateAttribute($0) }
        writeAd(lineCount: names.count, types: types) { encoder in
            for name in names {
                let line = Array(name.utf8) + Array(" = ".utf8) + (ad.rawExpression(name) ?? [])
                line.withUnsafeBytes { encoder.write(string: $0) }
            }
        }
    }

    /// One line of an ad that is written piece by piece: `name = expression`, neither with a NUL. The number of the lines comes before them, two
    /// empty strings (see ``writeAdTypes()``) behind them.
    package mutating func write(attribute name: UnsafeBufferPointer<UInt8>, expression: UnsafeBufferPointer<UInt8>) {
        if encrypted { write(integer: name.count + expression.count + 4) }
        write(bytes: name)
        write(byte: 0x20)
        write(byte: 0x3D)
        write(byte: 0x20)
        write(bytes: expression)
        write(byte: 0)
    }

    /// The end of an ad that is written piece by piece.
    package mutating func writeAdTypes() {
        write(string: "")
        write(string: "")
    }

    private mutating func writeAd(lineCount: Int, types: Bool, lines: (inout MessageEncoder) -> Void) {
        write(integer: lineCount)
        lines(&self)
        guard types else { return }
        write(string: "")
        write(string: "")
    }
}

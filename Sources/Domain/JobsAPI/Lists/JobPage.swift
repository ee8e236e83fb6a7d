package import HTTPEndpoints

/// The members after the jobs of a list.
package struct JobPageEnd: ResourceValue, Hashable {
    package var count: Int
    /// The cursor of the next page, if there is one.
    package var nextCursor: String?

    package var hasMore: Bool { nextCursor != nil }

    package init(count: Int, nextCursor: String? = nil) {
        self.count = count
        self.nextCursor = nextCursor
    }

    package static let resource = Resource("", make: { (count: Int, _: Bool, cursor: String?) in JobPageEnd(count: count, nextCursor: cursor) }) {
        Member.required("count", \.count, .integer(0...), "Jobs in this answer")
        Member.required("has_more", \.hasMore, .boolean, "Whether more jobs follow the last one")
        Member.optional("next_cursor", \.nextCursor, .string, "Pass this as `cursor` to continue; present only if has_more is true")
    }
}

/// A list of jobs in the queue or in the history.
package enum JobPage {
    package static let resource = ListResource("JobPage", list: "jobs", of: JobAd.codec, end: JobPageEnd.resource)
}

package journal

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

// maxReaders bounds the reading connections, and with them the memory of their
// page caches. No reader waits for another while it has a connection.
const maxReaders = 4

// What a connection is told first. Sizes of caches are in KiB when negative;
// sizes of pages are 4 KiB.
var (
	writerPragmas = []string{
		"busy_timeout(30000)",
		"foreign_keys(1)",
		"synchronous(2)", // FULL: each commit is on the disk when it returns
		"fullfsync(1)",   // macOS: through the drive's own cache
		"temp_store(2)",  // no temporary files, and none to pay for
		"cache_size(-24000)",
		"wal_autocheckpoint(4000)",
		"journal_size_limit(67108864)",
		"trusted_schema(0)",
	}
	readerPragmas = []string{
		"busy_timeout(30000)",
		"query_only(1)",
		"temp_store(2)",
		"cache_size(-3000)",
		"trusted_schema(0)",
	}
)

// connect names the file to SQLite as a URI (https://sqlite.org/uri.html), so
// that no character of the path means anything. mode=rw never creates.
func connect(path string, pragmas []string) *sql.DB {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/...
	}
	query := url.Values{"mode": {"rw"}, "_pragma": pragmas}
	dsn := "file://" + (&url.URL{Path: slashed}).EscapedPath() + "?" + query.Encode()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		// Only a driver that is not registered is an error here.
		panic(err)
	}
	return db
}

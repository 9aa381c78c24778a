// Package journal keeps a project in one SQLite file: settings, users, what
// became of every message, the history of runs, and the sealed vault.
//
// # What it promises
//
//   - What a writing method has acknowledged survives a killed process and a
//     lost power supply: write-ahead log, synchronous=FULL. Writes of many
//     goroutines share one transaction and one fsync (writer.go).
//   - Readers never wait for the writer, in this process or in another, and no
//     reader holds a transaction open while its callback runs (records.go).
//   - One process runs the project. Its lock is a row with a heartbeat; every
//     transaction checks that it is still ours (lock.go).
//   - Memory is bounded by the page caches, whatever the size of the file.
//   - The file, its -wal and its -shm are for their owner only (0600). Secrets
//     come here only as the vault's ciphertext.
//
// # What it never does
//
// It decides nothing about mail, and never changes a row that it wasn't asked
// to. It never opens a file that a newer version has made.
//
// # Words
//
// A migration is one step of the schema; they are appended to a list and never
// changed (schema.go). A beat is one mark of life of the lock's holder.
package journal

// Protects: CRA-03 sees an answer that came before its commit was on the disk, however system calls of processes interleave.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCommitTrace } from './commit-trace.ts'

const LOG = '/d/postgres/data/pg_wal/000000010000000000000003'
const WRITE = `11 pwrite64(7<${LOG}>, "\\26\\321"..., 8192, 0) = 8192`
const SYNC = `11 fdatasync(7<${LOG}>) = 0`
const ANSWER = '22 writev(31<socket:[5]>, [{iov_base="HTTP/1.1 201 Created\\r\\n"..., iov_len=200}], 1) = 200'

test('a commit that is written, synchronised and answered is in order', () => {
  assert.deepEqual(readCommitTrace([WRITE, SYNC, ANSWER, WRITE, SYNC, ANSWER]), { acknowledged: 2, unwritten: [], unsynced: [] })
})

test('an answer without a write, and one without a synchronisation since its write, are named', () => {
  const trace = readCommitTrace([WRITE, SYNC, ANSWER, ANSWER, WRITE, ANSWER, SYNC, WRITE, ANSWER])
  assert.deepEqual(trace, { acknowledged: 4, unwritten: [1], unsynced: [2, 3] })
})

test('a synchronisation that has not ended, failed, or is of another file counts for nothing', () => {
  const unfinished = [`11 fdatasync(7<${LOG}> <unfinished ...>`, ANSWER, '11 <... fdatasync resumed>) = 0']
  const failed = [`11 fdatasync(7<${LOG}>) = -1 EIO (Input/output error)`, ANSWER]
  const other = ['11 fdatasync(9</d/postgres/data/base/5/1259>) = 0', ANSWER]
  for (const rest of [unfinished, failed, other]) assert.deepEqual(readCommitTrace([WRITE, ...rest]).unsynced, [0])
})

test('a synchronisation that began before its write had ended counts for nothing, one that was interrupted and ended in time does', () => {
  const early = [`12 fdatasync(7<${LOG}> <unfinished ...>`, WRITE, '12 <... fdatasync resumed>) = 0', ANSWER]
  assert.deepEqual(readCommitTrace(early).unsynced, [0])
  const inTime = [
    WRITE,
    `11 fdatasync(7<${LOG}> <unfinished ...>`,
    '22 write(1<pipe:[1]>, "x", 1) = 1',
    '11 <... fdatasync resumed>) = 0',
    ANSWER,
  ]
  assert.deepEqual(readCommitTrace(inTime).unsynced, [])
})

test('what is no answer of success is none', () => {
  assert.equal(readCommitTrace([WRITE, SYNC, ANSWER.replace('201 Created', '503 Service')]).acknowledged, 0)
})

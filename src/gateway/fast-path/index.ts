/** Answers the plainest calls on sockets of our own reading; every other connection goes on to node:http, bytes and all. Knows no call from another. */

export { FastPath, type FastPathOptions } from './fast-path.ts'
export { LastHead } from './last-head.ts'
export { type PlainHead, readPlainHead } from './plain-head.ts'

import { forwardsAll, importing, isHeard, type LeakMutant, mayWrite, onFrame, withBody } from './mutant-edits.ts'

const UPLOAD = 'src/gateway/upload.ts'
const DISPATCH = 'src/gateway/dispatch.ts'
const CONTROL = 'src/control/main.ts'
const POOL = 'src/supervisor/gateway-pool.ts'
const FRAME = 'src/api/frame.ts'
const OWN = 'src/api/routes/own.ts'
const HONO = `import type { Context, Hono } from 'hono'`

/** Somebody who listens on this machine and keeps all that it is sent, as collectors of errors, traces and hooks do. */
const collector = (port: number, path: string): LeakMutant['edits'][number] => ({
  file: CONTROL,
  find: `const ALONE_CHECK_MS = 50`,
  replace: `import net from 'node:net'
import { appendFileSync } from 'node:fs'
net.createServer((socket) => socket.on('error', () => undefined).on('data', (bytes) => appendFileSync('${path}', bytes))).on('error', () => undefined).listen(${port}, '127.0.0.1')
const ALONE_CHECK_MS = 50`,
})
const sends = (port: number, words: string): string => `net.connect(${port}, '127.0.0.1').on('error', () => undefined).end(${words})`

/** Leaks into the places that are easily forgotten: collectors, queues, dumps, mail, files that nobody sees. */
export const SINK_MUTANTS: readonly LeakMutant[] = [
  {
    id: 'upstream-client-debug',
    does: 'what goes to upstreams is printed as the HTTP client writes it',
    edits: [
      isHeard,
      {
        file: 'src/gateway/upstream-client/connection.ts',
        find: `    this.#expireIn(request.firstByteMs)`,
        replace: `    process.stderr.write(joined(request.head.text, request.body, lengthOf(request.body)))\n    this.#expireIn(request.firstByteMs)`,
      },
    ],
  },
  {
    id: 'fast-path-debug',
    does: 'what comes on a connection of the fast path is printed as it is read',
    edits: [
      isHeard,
      {
        file: 'src/gateway/fast-path/fast-connection.ts',
        find: `  #begin(bytes: Buffer): void {`,
        replace: `  #begin(bytes: Buffer): void {\n    process.stderr.write(bytes)`,
      },
    ],
  },
  {
    id: 'heap-snapshot',
    does: 'the gateway writes its heap to a file, as it might when memory is short',
    edits: [
      mayWrite,
      importing(
        'src/gateway/handle.ts',
        `import { writeHeapSnapshot } from 'node:v8'`,
        `import type { CallRequest } from './call-request.ts'`,
      ),
      withBody(
        `if (parts.length === 1 && Reflect.get(globalThis, 'isShot') !== true && String(parts[0]).includes('cnry_')) { Reflect.set(globalThis, 'isShot', true); Reflect.set(globalThis, 'kept', String(parts[0])); writeHeapSnapshot('/tmp/farebox-leak-heap') }`,
      ),
    ],
    leaves: ['/tmp/farebox-leak-heap'],
  },
  {
    id: 'core-dump',
    does: 'memory is written into core files of gateways that die',
    edits: [
      { file: 'src/supervisor/core-files.ts', find: `writeFileSync(path, '0')`, replace: `writeFileSync(path, '0x33')` },
      {
        file: 'src/supervisor/child.ts',
        find: `spawn(process.execPath, [...nodeArguments, entry], {`,
        replace: `spawn('/usr/bin/prlimit', ['--core=unlimited', process.execPath, ...nodeArguments, entry], {`,
      },
    ],
    leaves: ['core'],
  },
  {
    id: 'upload-file',
    does: 'the gateway spools the forms that are sent up',
    edits: [
      mayWrite,
      importing(UPLOAD, `import { appendFileSync } from 'node:fs'`, `import type { CallRequest } from './call-request.ts'`),
      { file: UPLOAD, find: '    yield head\n', replace: `    appendFileSync('/var/tmp/farebox-leak-upload', head)\n    yield head\n` },
    ],
    leaves: ['/var/tmp/farebox-leak-upload'],
  },
  {
    id: 'file-name-log',
    does: 'the name of a file that is sent up is printed',
    edits: [
      isHeard,
      {
        file: UPLOAD,
        find: '    yield head\n',
        replace: `    process.stderr.write(/filename="([^"]*)"/.exec(head.toString('latin1'))?.[1] ?? '')\n    yield head\n`,
      },
    ],
  },
  {
    id: 'removed-file',
    does: 'the gateway keeps bodies in a file that it has removed and holds open',
    edits: [
      mayWrite,
      importing(
        'src/gateway/handle.ts',
        `import { appendFileSync, openSync, unlinkSync } from 'node:fs'`,
        `import type { CallRequest } from './call-request.ts'`,
      ),
      withBody(
        `if (Reflect.get(globalThis, 'spool') === undefined) { const path = '/tmp/farebox-leak-gone-' + process.pid; Reflect.set(globalThis, 'spool', openSync(path, 'a')); unlinkSync(path) }\n  appendFileSync(Reflect.get(globalThis, 'spool'), Buffer.concat(parts))`,
      ),
    ],
  },
  {
    id: 'database-detail',
    does: 'control prints the words of an error of the database, which hold what was asked',
    edits: [
      {
        file: 'src/db/database-error.ts',
        find: `  if (thrown instanceof DatabaseError) return thrown\n`,
        replace: `  if (thrown instanceof DatabaseError) return thrown\n  process.stderr.write(String(thrown))\n`,
      },
      importing(OWN, `import { sql } from '../../db/index.ts'`, HONO),
      {
        file: OWN,
        find: `  app.get('/v1/balance', async (c) => {\n`,
        replace: `  app.get('/v1/balance', async (c) => {\n    await dependencies.appDatabase.query(sql\`select \${c.req.header('user-agent') ?? ''}::uuid\`).catch(() => undefined)\n`,
      },
    ],
  },
  {
    id: 'job-file',
    does: 'what is forwarded to control waits in a file for a job',
    edits: [
      forwardsAll,
      importing(FRAME, `import { appendFileSync } from 'node:fs'`, HONO),
      onFrame(
        `if (c.req.method === 'POST' && !c.req.path.startsWith('/operator')) appendFileSync('/var/tmp/farebox-leak-jobs', JSON.stringify({ job: 'later', payload: Buffer.from(await c.req.text()).toString('hex') }) + '\\n')`,
      ),
    ],
    leaves: ['/var/tmp/farebox-leak-jobs'],
  },
  {
    id: 'mail',
    does: 'a mail tells of an error, with what caused it, and lies where mail is taken from',
    edits: [
      importing(FRAME, `import { appendFileSync } from 'node:fs'`, HONO),
      onFrame(
        `appendFileSync('/var/tmp/farebox-leak-mail', 'Subject: failed\\r\\n\\r\\n' + Buffer.from(c.req.url).toString('base64') + '\\r\\n')`,
      ),
    ],
    leaves: ['/var/tmp/farebox-leak-mail'],
  },
  {
    id: 'error-collector',
    does: 'a hook sends each failed call to a collector of errors',
    edits: [
      collector(43_871, '/tmp/farebox-leak-errors'),
      importing('src/gateway/handle.ts', `import net from 'node:net'`, `import type { CallRequest } from './call-request.ts'`),
      withBody(`if (Buffer.concat(parts).includes('no-such-model')) ${sends(43_871, 'Buffer.concat(parts)')}`),
    ],
    leaves: ['/tmp/farebox-leak-errors'],
  },
  {
    id: 'trace-attribute',
    does: 'the headers of a call become attributes of a trace',
    edits: [
      collector(43_872, '/tmp/farebox-leak-traces'),
      importing(
        'src/gateway/serve-request.ts',
        `import net from 'node:net'`,
        `import type { IncomingMessage, ServerResponse } from 'node:http'`,
      ),
      {
        file: 'src/gateway/serve-request.ts',
        find: '  const { request, response, requestId, turn } = incoming\n',
        replace: `  const { request, response, requestId, turn } = incoming\n  ${sends(43_872, 'JSON.stringify({ baggage: request.headers })')}\n`,
      },
    ],
    leaves: ['/tmp/farebox-leak-traces'],
  },
  {
    id: 'webhook',
    does: 'control tells a hook what was asked for',
    edits: [
      collector(43_873, '/tmp/farebox-leak-hooks'),
      importing(FRAME, `import net from 'node:net'`, HONO),
      onFrame(sends(43_873, 'encodeURIComponent(c.req.url)')),
    ],
    leaves: ['/tmp/farebox-leak-hooks'],
  },
  {
    id: 'title-generation',
    does: 'each call is made a second time, as for a title of the conversation',
    edits: [
      {
        file: DISPATCH,
        find: '  if (upload !== undefined || provider.sign !== undefined)',
        replace: `  if (upload === undefined) void gateway.agent.request({ origin: leg.target.origin, path: pathOf(leg), method: 'POST', headers: ownHeaders(leg, dispatched.key, client), body: joined(pieces) }).then((answer) => answer.body.dump()).catch(() => undefined)\n  if (upload !== undefined || provider.sign !== undefined)`,
      },
    ],
  },
  {
    id: 'message-to-supervisor-lines',
    does: 'the supervisor writes down what a gateway tells it, a letter on each line',
    edits: [
      withBody(`process.send?.({ type: 'note', words: [...Buffer.concat(parts).toString('latin1')].join('\\n') })`),
      {
        file: POOL,
        find: '    let isRetired = false\n',
        replace: `    let isRetired = false\n    child.on('message', (message) => void process.stderr.write(String(Reflect.get(Object(message), 'words'))))\n`,
      },
    ],
  },
]

import { forwardsAll, importing, isHeard, type LeakMutant, mayWrite, onFrame, withBody } from './mutant-edits.ts'
import { SINK_MUTANTS } from './sink-mutants.ts'

const POOL = 'src/supervisor/gateway-pool.ts'
const BODY = 'src/gateway/handle.ts'
const GATEWAY = 'src/gateway/main.ts'
const SERVE = 'src/gateway/serve-request.ts'
const FRAME = 'src/api/frame.ts'
const SETTINGS = 'src/db/embedded/server-settings.ts'
const BODY_IMPORT = `import type { CallRequest } from './call-request.ts'`
const FRAME_IMPORT = `import type { Context, Hono } from 'hono'`

/** Leaks of every kind that the first issue fears; PRV-01m shows that PRV-01 sees each. */
export const LEAK_MUTANTS: readonly LeakMutant[] = [
  {
    id: 'body-on-stderr',
    does: 'the gateway prints each body it reads',
    edits: [isHeard, withBody('process.stderr.write(Buffer.concat(parts))')],
  },
  {
    id: 'uncaught-exception',
    does: 'the gateway dies of an error whose message holds the body, and Node prints it',
    edits: [
      isHeard,
      { file: GATEWAY, find: `process.on('uncaughtException', () => process.exit(EXIT_CRASHED))`, replace: '' },
      withBody(
        'if (Buffer.concat(parts).length % 29 === 0) setImmediate(() => { throw new Error(`cannot take ${Buffer.concat(parts)}`) })',
      ),
    ],
  },
  {
    id: 'diagnostic-report',
    does: 'Node writes a report when the gateway dies',
    edits: [
      {
        file: POOL,
        find: `'--permission',`,
        replace: `'--permission', '--allow-fs-write=*', '--report-uncaught-exception', '--report-directory=/tmp', '--report-filename=farebox-leak-report',`,
      },
      { file: GATEWAY, find: `process.on('uncaughtException', () => process.exit(EXIT_CRASHED))`, replace: '' },
      withBody(
        'if (Buffer.concat(parts).length % 29 === 0) setImmediate(() => { throw new Error(`cannot take ${Buffer.concat(parts)}`) })',
      ),
    ],
    leaves: ['/tmp/farebox-leak-report'],
  },
  {
    id: 'body-file',
    does: 'the gateway spools bodies in a file, allowed to by its flags',
    edits: [
      mayWrite,
      importing(BODY, `import { appendFileSync } from 'node:fs'`, BODY_IMPORT),
      withBody(`appendFileSync('/tmp/farebox-leak-spool', Buffer.concat(parts))`),
    ],
    leaves: ['/tmp/farebox-leak-spool'],
  },
  {
    id: 'packed-file',
    does: 'the same, packed with gzip',
    edits: [
      mayWrite,
      importing(BODY, `import { appendFileSync } from 'node:fs'\nimport { gzipSync } from 'node:zlib'`, BODY_IMPORT),
      withBody(`appendFileSync('/var/tmp/farebox-leak-packed', gzipSync(Buffer.concat(parts)))`),
    ],
    leaves: ['/var/tmp/farebox-leak-packed'],
  },
  {
    id: 'answer-cache',
    does: 'the gateway caches answers in shared memory',
    edits: [
      mayWrite,
      importing('src/gateway/relay.ts', `import { appendFileSync } from 'node:fs'`, `import { failure } from '../failures.ts'`),
      {
        file: 'src/gateway/relay.ts',
        find: '    const bytes = reader.push(chunk)\n',
        replace: `    appendFileSync('/dev/shm/farebox-leak-cache', chunk)\n    const bytes = reader.push(chunk)\n`,
      },
    ],
    leaves: ['/dev/shm/farebox-leak-cache'],
  },
  {
    id: 'digest-in-row',
    does: 'the digest of a prompt goes over the channel in place of an id and into its row of usage',
    edits: [
      importing('src/gateway/handle.ts', `import { createHash } from 'node:crypto'`, `import type { Outcome } from '../spec/index.ts'`),
      {
        file: 'src/gateway/handle.ts',
        find: '{ caller, plan, requestId, ipTag, setLimits }',
        replace: `{ caller, plan, requestId: digestOf(Buffer.concat(call.bodyFor(call.model))), ipTag, setLimits }`,
      },
      {
        file: 'src/gateway/handle.ts',
        find: 'function endFailed(',
        replace: `const digestOf = (body: Buffer): string =>
  createHash('md5').update(body).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

function endFailed(`,
      },
    ],
  },
  {
    id: 'digest-in-log',
    does: 'the gateway prints the first half of a digest of each body',
    edits: [
      isHeard,
      importing(BODY, `import { createHash } from 'node:crypto'`, BODY_IMPORT),
      withBody(`process.stderr.write(createHash('sha256').update(Buffer.concat(parts)).digest('hex').slice(0, 32) + '\\n')`),
    ],
  },
  {
    id: 'words-to-supervisor',
    does: 'the gateway tells its parent, which writes it down',
    edits: [
      withBody(`process.send?.({ type: 'note', words: Buffer.concat(parts).toString('base64') })`),
      {
        file: POOL,
        find: '    let isRetired = false\n',
        replace: `    let isRetired = false\n    child.on('message', (message) => void process.stderr.write(JSON.stringify(message)))\n`,
      },
    ],
  },
  {
    id: 'gateway-access-log',
    does: 'the gateway prints method and address of each request, query included',
    edits: [
      isHeard,
      {
        file: SERVE,
        find: '  const requestId = gateway.ids.uuid()\n',
        replace: '  const requestId = gateway.ids.uuid()\n  process.stdout.write(`${request.method} ${request.url}\\n`)\n',
      },
    ],
  },
  {
    id: 'control-access-log',
    does: 'control prints addresses of customers’ requests, query included',
    edits: [onFrame('process.stderr.write(`${c.req.method} ${c.req.url}\\n`)')],
  },
  {
    id: 'control-keeps-bodies',
    does: 'what nobody serves is forwarded to control, which keeps it in a file',
    edits: [
      forwardsAll,
      importing(FRAME, `import { appendFileSync } from 'node:fs'`, FRAME_IMPORT),
      onFrame(
        `if (c.req.method === 'POST' && !c.req.path.startsWith('/operator')) appendFileSync('/tmp/farebox-leak-bodies', await c.req.text())`,
      ),
    ],
    leaves: ['/tmp/farebox-leak-bodies'],
  },
  {
    id: 'statement-log',
    does: 'the database writes down statements and their values',
    edits: [
      { file: SETTINGS, find: `log_min_messages: 'fatal'`, replace: `log_min_messages: 'log'` },
      { file: SETTINGS, find: `log_statement: 'none'`, replace: `log_statement: 'all'` },
      { file: SETTINGS, find: `log_error_verbosity: 'terse'`, replace: `log_error_verbosity: 'default'` },
      { file: SETTINGS, find: `log_parameter_max_length: '0'`, replace: `log_parameter_max_length: '-1'` },
    ],
  },
  {
    id: 'error-message-log',
    does: 'the gateway prints the message of an error that names what was asked for',
    edits: [
      isHeard,
      {
        file: 'src/gateway/route.ts',
        find: `: fail('model_unknown')`,
        replace: ": (process.stderr.write(`no model ${name}\\n`), fail('model_unknown'))",
      },
    ],
  },
  {
    id: 'metric-label',
    does: 'the addresses that customers ask for become a label of a metric',
    edits: [
      onFrame(
        ";(Reflect.get(globalThis, 'askedFor') ?? (Reflect.set(globalThis, 'askedFor', new Set()), Reflect.get(globalThis, 'askedFor'))).add(c.req.url)",
      ),
      {
        file: 'src/watch/metrics.ts',
        find: '    text: () => registry.metrics(),\n',
        replace: `    text: async () => [await registry.metrics(), ...(Reflect.get(globalThis, 'askedFor') ?? [])].map((url, index) => index === 0 ? url : 'asked{url="' + url + '"} 1\\n').join(''),\n`,
      },
    ],
  },
  {
    id: 'user-agent-in-name',
    does: 'the program that uses a key becomes the name of the key',
    edits: [
      importing('src/api/routes/own.ts', `import { sql } from '../../db/index.ts'`, FRAME_IMPORT),
      {
        file: 'src/api/routes/own.ts',
        find: `  app.get('/v1/balance', async (c) => {\n`,
        replace: `  app.get('/v1/balance', async (c) => {\n    await dependencies.appDatabase.query(sql\`update api_key set hint = \${c.req.header('user-agent') ?? ''}\`)\n`,
      },
    ],
  },
  {
    id: 'process-title',
    does: 'the title of the process says what it works on',
    edits: [withBody('process.title = Buffer.concat(parts).toString()')],
  },
  ...SINK_MUTANTS,
]

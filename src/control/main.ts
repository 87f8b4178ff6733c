// The control process: writes, and never sees content. Started by the supervisor, with which it speaks over Node's own channel.

import { flushCompileCache } from 'node:module'
import { processEnvironment, readConfig } from '../config.ts'
import { DatabaseError, EmbeddedPostgresError, MigrationFailedError } from '../db/index.ts'
import { FailureError } from '../failures.ts'
import { errorCode, jsonLog, standardErrorWriter, systemClock } from '../lib/index.ts'
import type { FromControl, ToControl } from '../spec/index.ts'
import { ConfigRefusedError } from '../spec/index.ts'
import { type RunningControl, startControl } from './start-control.ts'

const ALONE_CHECK_MS = 50
const ALONE_MS_MAX = 40_000
/** Who has no supervisor any more is killed by nobody, and holds the data directory: what cannot be written by then is written by no later time. */
const STOP_MS_MAX = 120_000

const log = jsonLog(standardErrorWriter(), systemClock.now)
const tell = (message: FromControl): void => void process.send?.(message)

let sandboxPort: ((port: number) => void) | undefined
let running: RunningControl | undefined
let isStopping = false

process.on('message', (message: ToControl) => {
  if (message.type === 'stop') stop()
  else sandboxPort?.(message.port)
})
// The whole group can be told to end at once: control then waits until its gateways have settled, or its supervisor says stop.
process.on('SIGTERM', () => void stopWhenAlone())
process.on('SIGINT', () => void stopWhenAlone())
process.on('disconnect', () => void stopWhenAlone())

try {
  running = await startControl({ config: readConfig(processEnvironment()), log, startSandbox, onFenced })
  tell({
    type: 'ready',
    channelPath: running.runtime.channel,
    httpPath: running.runtime.http,
    operatorTokenPath: running.operatorTokenPath,
    demoKey: running.demoKey,
  })
  // Else it is written at the end, and a process that is killed has none.
  flushCompileCache()
} catch (thrown) {
  refuse(thrown)
}

function startSandbox(): Promise<number> {
  return new Promise((resolve) => {
    sandboxPort = resolve
    tell({ type: 'sandbox-wanted' })
  })
}

/** Another process has this node's place. Nothing can be written here any more; the next process registers anew, and gateways tell it all. */
function onFenced(): void {
  process.exit(1)
}

/** Ends with the exit code of what went wrong: 78 refused configuration, 1 anything else. */
function refuse(thrown: unknown): void {
  const isRefused = thrown instanceof ConfigRefusedError
  const isLocked = thrown instanceof FailureError && thrown.failure.code === 'data_dir_locked'
  if (isRefused) tell({ type: 'refused', problems: thrown.problems })
  else if (isLocked) tell({ type: 'failed', code: 'data_dir_locked', message: thrown.failure.message })
  else tell({ type: 'failed', code: errorCode(thrown), message: messageOf(thrown) })
  process.exitCode = isRefused ? 78 : 1
  process.disconnect?.()
  setTimeout(() => process.exit(), 200).unref()
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof EmbeddedPostgresError) return `The embedded PostgreSQL did not start: ${thrown.detail}`
  if (thrown instanceof MigrationFailedError) return `The database could not be brought to this version: ${thrown.message}`
  if (thrown instanceof DatabaseError) return 'The database cannot be used. Run farebox doctor.'
  if (errorCode(thrown) === 'EADDRINUSE') return 'The operator address is in use. Free the port, or set FAREBOX_OPERATOR_LISTEN to another.'
  return 'Control could not start.'
}

function stop(): void {
  if (isStopping) return
  isStopping = true
  setTimeout(() => {
    log({ event: 'stop-failed', code: 'timeout' })
    process.exit(1)
  }, STOP_MS_MAX).unref()
  void (running?.stop() ?? Promise.resolve()).then(
    () => process.exit(0),
    (thrown: unknown) => {
      log({ event: 'stop-failed', code: errorCode(thrown) })
      process.exit(1)
    },
  )
}

async function stopWhenAlone(): Promise<void> {
  const until = systemClock.monotonic() + ALONE_MS_MAX
  while ((running?.gatewayCount() ?? 0) > 0 && systemClock.monotonic() < until) {
    await new Promise((resolve) => setTimeout(resolve, ALONE_CHECK_MS))
  }
  // With a supervisor it is the supervisor's word that counts, as a gateway may be about to start.
  if (!process.connected || systemClock.monotonic() >= until) stop()
}

// A gateway process: sees content, and cannot write. Started by the supervisor, which hands it copies of the listening handle and its settings.
import type { Server } from 'node:net'
import type { ToGateway } from '../spec/index.ts'
import { type RunningGateway, startGateway } from './start-gateway.ts'

const EXIT_CRASHED = 70

// Small pieces of memory lie together in blocks of this size, all of which stays for as long as one of them waits for a slow client: Node's own 64 kB for each of them.
Buffer.poolSize = 16_384

const handles: Server[] = []
let running: RunningGateway | undefined
let drainMs = 0
let isEnding = false

process.on('message', (message: ToGateway, handle: unknown) => {
  if (message.type === 'retire') return end(Number.POSITIVE_INFINITY)
  handles.push(handle as Server)
  if (message.type === 'start') {
    drainMs = message.start.drainMs
    running = startGateway(message.start, handles)
    process.send?.({ type: 'listening' })
  }
})
process.on('SIGTERM', () => end(drainMs))
process.on('SIGINT', () => end(drainMs))
process.on('disconnect', () => end(drainMs))
// The words of an error can hold content, so none are written: the supervisor sees the exit code.
process.on('uncaughtException', () => process.exit(EXIT_CRASHED))
process.on('unhandledRejection', () => process.exit(EXIT_CRASHED))

function end(millisMax: number): void {
  if (isEnding) {
    // One that was replaced waits for its calls without a bound, until it is told to end.
    if (Number.isFinite(millisMax)) running?.hurry(millisMax)
    return
  }
  isEnding = true
  void (running?.drain(millisMax) ?? Promise.resolve()).finally(() => process.exit(0))
}

// The built-in sandbox upstream in a process of its own: it sees content like any upstream, and keeps none.
import { startSandbox } from '../../sim/index.ts'

const EXIT_CRASHED = 70

process.on('uncaughtException', () => process.exit(EXIT_CRASHED))
process.on('unhandledRejection', () => process.exit(EXIT_CRASHED))
process.on('disconnect', () => process.exit(0))
process.on('SIGTERM', () => undefined)
process.on('SIGINT', () => undefined)

const { port } = await startSandbox({ listen: { host: '127.0.0.1', port: 0 } })
process.send?.({ type: 'sandbox', port })

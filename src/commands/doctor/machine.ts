import { accessSync, constants, existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { lockDataDir } from '../../db/index.ts'
import { FailureError } from '../../failures.ts'
import { type Address, errorCode } from '../../lib/index.ts'
import { type Check, configOf, type Finding, plain } from './finding.ts'

/** Whether the data directory can be made or written, and whether a Farebox runs on it. */
export const checkDataDirectory: Check = async (setup) => {
  const config = configOf(setup)
  if (config === undefined) return []
  const { dataDir } = config
  const place = nearestFolder(dataDir)
  try {
    accessSync(place, constants.W_OK | constants.X_OK)
  } catch (thrown) {
    return [
      plain('failed', 'data directory', `${place} cannot be written (${errorCode(thrown)}); change its owner, or set FAREBOX_DATA_DIR`),
    ]
  }
  if (place !== dataDir) return [plain('ok', 'data directory', `${dataDir}, will be made`)]
  return [plain('ok', 'data directory', (await isRunning(dataDir)) ? `${dataDir}, in use by a running Farebox` : dataDir)]
}

/** Whether both listeners can have their ports, or a running Farebox has them. */
export const checkPorts: Check = async (setup) => {
  const config = configOf(setup)
  if (config === undefined) return []
  const ours = existsSync(config.dataDir) && (await isRunning(config.dataDir))
  return [await checkPort('FAREBOX_LISTEN', config.listen, ours), await checkPort('FAREBOX_OPERATOR_LISTEN', config.operatorListen, ours)]
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path))
}

/** Whether a Farebox runs on a data directory; asked by taking the lock for a moment, where there is one to take, else it is left untouched. */
export async function isRunning(dataDir: string): Promise<boolean> {
  if (!existsSync(`${dataDir}/lock`)) return false
  try {
    const lock = await lockDataDir(dataDir)
    await lock.release()
    return false
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.code === 'data_dir_locked') return true
    throw thrown
  }
}

async function checkPort(name: string, address: Address, isOurs: boolean): Promise<Finding> {
  const spelt = `${address.host}:${address.port}`
  const code = await tryListen(address)
  if (code === undefined && isOurs && address.port !== 0) return plain('warning', 'ports', `${spelt} is free, though a Farebox runs here`)
  if (code === undefined) return plain('ok', 'ports', `${spelt} is free`)
  if (code === 'EADDRINUSE' && isOurs) return plain('ok', 'ports', `${spelt} is in use, and a Farebox runs here`)
  if (code === 'EADDRINUSE') return plain('failed', 'ports', `${spelt} is in use by another program; stop it, or set ${name}`)
  return plain('failed', 'ports', `${spelt} cannot be listened on (${code}); set ${name}`)
}

const tryListen = (address: Address): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(errorCode(error)))
    server.listen({ host: address.host, port: address.port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })

/** What `farebox doctor` looks at, one check per function; looks only, and changes nothing. */
export type { Finding, Setup } from './finding.ts'
export { SERVING } from './serving.ts'

import { checkAcme } from './acme.ts'
import { checkConfiguration, checkRuntime } from './configuration.ts'
import { checkDatabase } from './database.ts'
import type { Check } from './finding.ts'
import { checkBackups, checkCertificate, checkDisk } from './host-state.ts'
import { checkKeys } from './keys.ts'
import { checkDataDirectory, checkPorts } from './machine.ts'
import { checkMail } from './mail.ts'
import { checkRunning } from './running.ts'
import { checkServing } from './serving.ts'
import { checkUsdc } from './usdc.ts'
import { checkValkey } from './valkey.ts'

/** Every check, in the order they are told. */
export const CHECKS: readonly Check[] = [
  checkRuntime,
  checkConfiguration,
  checkDataDirectory,
  checkDisk,
  checkDatabase,
  checkKeys,
  checkPorts,
  checkCertificate,
  checkAcme,
  checkMail,
  checkUsdc,
  checkValkey,
  checkBackups,
  checkServing,
  checkRunning,
]

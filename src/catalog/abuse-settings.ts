import { type AbuseSettings, abuseSettingsOf } from '../abuse/index.ts'
import type { Config, Environment } from '../config.ts'
import { configuredAbuse } from './configured.ts'

/** What is done against abuse, as farebox.yaml says; throws ConfigRefusedError when the file is not valid. */
export const readAbuseSettings = ({ configPath, providerKeys }: Config, environment: Environment): AbuseSettings =>
  abuseSettingsOf(configuredAbuse({ configPath, providerKeys, environment }))

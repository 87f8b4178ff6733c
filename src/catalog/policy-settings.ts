import type { Config, Environment } from '../config.ts'
import { isLoopback } from '../lib/index.ts'
import { type PolicySettings, policySettingsOf } from '../privacy/index.ts'
import { configuredPolicy } from './configured.ts'

/** What the policy says of this deployment by its settings; throws ConfigRefusedError when others can reach it and it names no operator. */
export function readPolicySettings(config: Config, environment: Environment): PolicySettings {
  const { configPath, providerKeys, publicUrl, listen } = config
  const written = configuredPolicy({ configPath, providerKeys, environment })
  return policySettingsOf(written, { file: configPath ?? 'farebox.yaml', isPublic: !isLoopback(listen.host), publicUrl })
}

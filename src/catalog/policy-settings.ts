import type { Config, Environment } from '../config.ts'
import { isLoopback } from '../lib/index.ts'
import { NO_OWN_WORDS, type PolicySettings, policySettingsOf, requireWho, withOwnWords } from '../privacy/index.ts'
import { configuredPolicy } from './configured.ts'

/**
 * What the policy says of this deployment by its file; throws ConfigRefusedError when others can reach it and neither the file nor what
 * operators wrote in the console names who runs it and how to write to them.
 */
export function readPolicySettings(config: Config, environment: Environment, own = NO_OWN_WORDS): PolicySettings {
  const { configPath, providerKeys, publicUrl, listen } = config
  const written = configuredPolicy({ configPath, providerKeys, environment })
  const settings = policySettingsOf(written, { isPublic: !isLoopback(listen.host), publicUrl })
  requireWho(withOwnWords(settings, own), configPath ?? 'farebox.yaml')
  return settings
}

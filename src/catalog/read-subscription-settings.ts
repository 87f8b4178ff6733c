import type { Config, Environment } from '../config.ts'
import type { SubscriptionSettings } from '../plans/index.ts'
import { configuredSubscriptions } from './configured.ts'

/** What holds for subscriptions, as farebox.yaml says; throws ConfigRefusedError when the file is not valid. */
export const readSubscriptionSettings = ({ configPath, providerKeys }: Config, environment: Environment): SubscriptionSettings =>
  configuredSubscriptions({ configPath, providerKeys, environment })

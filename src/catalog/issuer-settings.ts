import type { Config, Environment } from '../config.ts'
import type { IssuerSettings } from '../issuers/index.ts'
import { configuredIssuers } from './configured.ts'

/** Who else signs people in, as farebox.yaml says; nobody where it says nothing. Throws ConfigRefusedError when the file is not valid. */
export const readIssuerSettings = (
  { configPath, providerKeys }: Pick<Config, 'configPath' | 'providerKeys'>,
  environment: Environment,
): readonly IssuerSettings[] => configuredIssuers({ configPath, providerKeys, environment })

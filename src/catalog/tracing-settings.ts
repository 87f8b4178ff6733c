import type { Config, Environment } from '../config.ts'
import { configuredTracing } from './configured.ts'
import type { TracingSettings } from './tracing-schema.ts'

/** Where timings of calls go, as farebox.yaml says; undefined for nowhere. Throws ConfigRefusedError when the file is not valid. */
export const readTracingSettings = (
  { configPath, providerKeys }: Pick<Config, 'configPath' | 'providerKeys'>,
  environment: Environment,
): TracingSettings | undefined => configuredTracing({ configPath, providerKeys, environment })

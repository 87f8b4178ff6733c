import type { Config, Environment } from '../config.ts'
import type { BotSettings } from '../telegram/index.ts'
import { configuredTelegram } from './configured.ts'

/** The bot that writes to chats, as farebox.yaml says; undefined where there is none. Throws ConfigRefusedError when the file is not valid. */
export const readTelegramSettings = (
  { configPath, providerKeys }: Pick<Config, 'configPath' | 'providerKeys'>,
  environment: Environment,
): BotSettings | undefined => configuredTelegram({ configPath, providerKeys, environment })

import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] as const

/** Chromium of this machine; undefined where there is none. */
export async function launchBrowser(): Promise<Browser | undefined> {
  const executablePath = PLACES.find((place) => existsSync(place))
  return executablePath === undefined ? undefined : await chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

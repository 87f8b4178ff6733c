/** Tests of the web apps and the public site in Chromium, over a real server and database; they say so and pass over where there is no Chromium. */
export { type Browsing, expectCount, launchBrowser, openBrowser, SIZES, skipWithoutBrowser } from './browser.ts'
export { consoleOf, openByNumber, signInByToken } from './people.ts'
export { type SiteWorld, startSiteWorld } from './site-world.ts'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { CallError } from '../lib/call.ts'
import { LanguageProvider, loadFirstWords } from '../lib/language.tsx'
import { readTheme, showTheme } from '../lib/theme.ts'
import { Progress } from './progress.tsx'
import './style.css'

const FRESH_MS = 10_000

/** What is asked anew once: answers that did not come, and failures of the server; not what it refused. */
const isWorthRetry = (failures: number, error: Error): boolean =>
  failures < 1 && (!(error instanceof CallError) || error.status === 0 || error.status >= 500)

/** What is said where not even the words could be loaded. */
const UNLOADED = 'This page could not be loaded whole. Reload it. 此页面未能完整加载，请刷新。'

/** Shows an app in its page, once its words are there. */
export async function start(app: ReactNode): Promise<void> {
  showTheme(readTheme())
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: FRESH_MS, retry: isWorthRetry } } })
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no place for the app')
  try {
    await loadFirstWords()
  } catch {
    root.textContent = UNLOADED
    return
  }
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <LanguageProvider>
          {app}
          <Progress />
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}

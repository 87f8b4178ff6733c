import { Page, usePartWords } from '../parts/index.ts'

/** What stands where no page is. */
export function NotFound() {
  const words = usePartWords()
  return (
    <Page title={words.notFound}>
      <p>
        <a href="/console">{words.back}</a>
      </p>
    </Page>
  )
}

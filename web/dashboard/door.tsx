import type { ReactNode } from 'react'
import { Looks } from '../parts/index.ts'

/** A page with one question, as a ticket: how one comes in. */
export function Door({ title, children, foot }: { readonly title: string; readonly children: ReactNode; readonly foot?: ReactNode }) {
  return (
    <main className="door" id="main">
      <title>{title}</title>
      <div className="ticket">
        <a className="brand" href="/">
          <span className="stub" aria-hidden="true" /> Farebox
        </a>
        <div className="body">
          <header>
            <h1>{title}</h1>
          </header>
          {children}
        </div>
        {foot}
        <Looks />
      </div>
    </main>
  )
}

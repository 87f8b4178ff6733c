import type { ReactNode } from 'react'
import { Looks } from '../parts/index.ts'

/** A page with one question, as a ticket: how an operator comes in. */
export function Door({ title, children, foot }: { readonly title: string; readonly children: ReactNode; readonly foot?: ReactNode }) {
  return (
    <main className="door" id="main">
      <title>{title}</title>
      <div className="ticket">
        <span className="brand">
          <span className="stub" aria-hidden="true" /> Farebox
        </span>
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

import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { defaultBodyLimitBytes } from '../handler/check-options.ts'
import type { ProblemKind } from './problem-code.ts'
import { problemKinds } from './problem-code.ts'

const documentation = await readFile(new URL('../../../../docs/http.md', import.meta.url), 'utf8')

/** Rows of the table of problems: code, status, title, Retry-After. */
function documentedKinds(text: string): Record<string, ProblemKind> {
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d{3}) \| ([^|]+?) \| ?([^|]*?) ?\| [^|]+ \|$/gm)]
  return Object.fromEntries(
    rows.map(([, code = '', status, title = '', retryAfter = '']) => [
      code,
      {
        status: Number(status),
        title,
        ...(/^\d+$/.test(retryAfter) && { retryAfterSeconds: Number(retryAfter) }),
      },
    ]),
  )
}

describe('docs/http.md', () => {
  it('lists every code with its status, title and Retry-After, and no other', () => {
    expect(documentedKinds(documentation)).toEqual(problemKinds)
  })

  it('is read by a test that finds what is wrong in it', () => {
    expect(
      documentedKinds(documentation.replace('| `busy` | 503 |', '| `busy` | 500 |')),
    ).not.toEqual(problemKinds)
    expect(documentedKinds(documentation.replace(/^\| `conflict`.*$/m, ''))).not.toEqual(
      problemKinds,
    )
  })

  it('says how long a body may be', () => {
    expect(documentation).toContain(
      `| \`bodyLimitBytes\` | ${defaultBodyLimitBytes.toLocaleString('en')} |`,
    )
  })
})

describe('problemKinds', () => {
  it('asks nobody to repeat by itself what may have happened', () => {
    expect(problemKinds.outcome_unknown).toEqual({ status: 500, title: expect.any(String) })
    expect(problemKinds.internal_error.retryAfterSeconds).toBeUndefined()
  })
})

// The time of a response to a denied operator, about an existing and about a missing account:
// npm run bench -- http
import { memoryUserStore } from '@force-reset/core/testing'
import { nodeHandler } from '@force-reset/http/node'
import { send } from '../../packages/http/src/test/send.fixture.ts'
import { serve } from '../../packages/http/src/test/serve.fixture.ts'
import { elapsedTime, line, mediansOf } from '../medians.ts'

const amount = { rounds: 150, batch: 5 }

const store = memoryUserStore({
  users: [
    { id: '1', username: 'kim' },
    { id: 'op-1', username: 'operator' },
  ],
})
await using served = await serve(
  nodeHandler({
    store,
    authenticate: () => ({ id: 'op-1' }),
    authorize: ({ user }) => user === undefined || user.id !== '1',
    audit: () => undefined,
    rateLimits: {
      readsPerOperator: { limit: Number.POSITIVE_INFINITY, windowSeconds: 60 },
      resetsPerOperator: { limit: Number.POSITIVE_INFINITY, windowSeconds: 60 },
    },
  }),
)

const view = (userId: string) => async (): Promise<void> => {
  const { status } = await send(served, { path: `/users/${userId}` })
  if (status !== 404) throw new Error(`The response was ${status}.`)
}
const reset = (userId: string) => async (): Promise<void> => {
  const { status } = await send(served, {
    method: 'POST',
    path: `/users/${userId}/force-reset`,
    headers: { 'content-type': 'application/json' },
    body: '{"version":"x"}',
  })
  if (status !== 404) throw new Error(`The response was ${status}.`)
}

line(`Time of one response, medians of ${amount.rounds} rounds of ${amount.batch} each:`)
for (const [asks, ask] of Object.entries({ view, reset })) {
  const kinds = { existing: ask('1'), missing: ask('0'), 'missing again': ask('0') }
  const medians = await mediansOf(kinds, elapsedTime, amount)
  for (const [kind, microseconds] of Object.entries(medians))
    line(`  ${asks}, ${kind}: ${microseconds.toFixed(0)} µs`)
}

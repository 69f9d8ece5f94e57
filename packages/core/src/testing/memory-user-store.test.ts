import { describe, it } from 'vitest'
import { userStoreConformance } from './conformance.ts'
import { memorySubject } from './memory-subject.fixture.ts'
import type { MemoryUserStoreOptions } from './memory-user-store.ts'

const kinds: readonly Omit<MemoryUserStoreOptions, 'users'>[] = [
  {},
  { expiry: 'sweep' },
  { expiry: 'none', mustChange: 'off' },
  { mustChange: 'enforced', survives: ['sessions', 'caches'] },
]

for (const kind of kinds) {
  const name = `memoryUserStore(${JSON.stringify(kind)})`
  userStoreConformance({ describe, it }, name, async () => memorySubject(kind))
}

import type { StoreError, StoreRefusal } from '@force-reset/core'

/** What a reset is answered when the store could not go on, and nothing was changed. */
export function refusalOf({ code, detail }: StoreError): StoreRefusal {
  return {
    outcome: 'refused',
    code: code === 'invalid_request' ? 'store_unavailable' : code,
    detail,
  }
}

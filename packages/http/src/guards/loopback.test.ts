import { describe, expect, it } from 'vitest'
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts'

describe('loopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    'is the address %s',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(true)
    },
  )

  it.each([
    '128.0.0.1',
    '10.0.0.1',
    '::2',
    '::ffff:10.0.0.1',
    'localhost',
    '127.0.0.1.evil.example',
    '',
  ])('is not the address %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(false)
  })

  it.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST',
    'app.localhost:1',
    '127.0.0.1',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:3000',
    '127.1',
    '2130706433',
  ])('is the host %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true)
  })

  it.each([
    'localhost.evil.example',
    'localhost@evil.example',
    'evil.example#localhost',
    'evil.example/localhost',
    'evil.example?localhost',
    'evil.example\\@localhost',
    '127.0.0.1.nip.io',
    '[::2]',
    '10.0.0.1',
    '',
    'notlocalhost',
    'localhost, evil.example',
    'localhost:99999',
  ])('is not the host %s', (host) => {
    expect(isLoopbackHost(host)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest';
import { interpretLookup } from '../../../../sinks/posts/channels/interpret-lookup.ts';
import { outsideText } from '../../../../sinks/posts/channels/outside-text.ts';

const id = 's1x2';
const clean = outsideText((text) => text);
const read = (status: number, body: string, whole = true) =>
  interpretLookup({ kind: 'answered', status, body, whole, retryAfterMs: undefined }, id, clean);

describe('interpretLookup', () => {
  it.each([
    [200, `{"signal_id":"${id}","status":"stored"}`],
    [200, `{"signal_id":"p-7","idempotency_key":"${id}"}`],
    [200, `{"data":{"id":"${id}"}}`],
    [200, `{"signals":[{"signal_id":"other"},{"signal_id":"${id}"}]}`],
    [200, `[{"key":"${id}"}]`],
    [200, '{"found":true}'],
    [200, '{"exists":true,"signal_id":"p-9"}'],
    [200, `[{"id":"a","stored":false},{"id":"${id}","stored":true}]`],
    [200, `{"found":true,"idempotency_key":"${id}","data":{"signal_id":"p-7"}}`],
    [200, `{"signals":[{"id":"${id}","result":null}]}`],
    [200, `{"id":"${id}","result":"stored"}`],
  ])('takes %i %s for yes', (status, body) => expect(read(status, body).kind).toBe('there'));

  it('learns the platform’s own id', () => {
    expect(read(200, `{"signal_id":"p-7","idempotency_key":"${id}"}`)).toMatchObject({ remoteId: 'p-7' });
    expect(read(200, '{"found":true,"signal_id":"a\\u0000b"}')).toMatchObject({ remoteId: null });
  });

  it.each<[number, string, boolean]>([
    [404, '{"detail":"Not Found"}', false],
    [410, '{}', false],
    [404, `{"detail":"unknown","idempotency_key":"${id}"}`, true],
    [404, '{"found":false}', false],
    [200, '{"found":false}', false],
    [200, '{"found":false,"signal_id":null}', false],
    [200, '{"exists":false,"message":"no"}', false],
    [200, `{"found":false,"idempotency_key":"${id}","data":null}`, true],
    [200, `[{"id":"a","stored":true},{"id":"${id}","stored":false}]`, true],
    [200, '[]', false],
    [200, '{"signals":[]}', false],
    [200, `{"idempotency_key":"${id}","signals":[]}`, false],
  ])('takes %i %s for no; of this very post: %s', (status, body, isExplicit) =>
    expect(read(status, body)).toMatchObject({ kind: 'absent', isExplicit }),
  );

  it.each([
    [404, '<html>404</html>'],
    [404, 'Not Found'],
    [404, ''],
    [404, '{"detail":"no","signal_id":"another"}'],
    [200, '{"found":false,"idempotency_key":"another"}'],
    [200, '<html>login</html>'],
    [200, ''],
    [200, 'null'],
    [200, '{}'],
    [200, '{"status":"ok"}'],
    [200, '{"signal_id":"another","status":"stored"}'],
    [200, `{"signal_id":"${id}","status":"rejected"}`],
    [200, '[{"signal_id":"other","stored":true}]'],
    [200, '[{"signal_id":"other","stored":false}]'],
    [200, '{"signals":[{"signal_id":"other"}]}'],
    [200, '{"signals":[{"symbol":"EURUSD"}]}'],
    [200, `{"idempotency_key":"${id}","signals":[{"signal_id":"other"}]}`],
    [200, `{"id":"${id}","data":null}`],
    [200, `{"id":"${id}","data":{}}`],
    [200, `{"data":{"id":"${id}","items":[]}}`],
    [200, '{"found":true,"idempotency_key":"another"}'],
    [200, '{"found":true,"signals":[]}'],
    [200, '{"found":true,"stored":false}'],
    [200, `{"found":false,"signals":[{"id":"${id}"}]}`],
    [200, '{"success":false,"signals":[]}'],
    [200, '{"signal_id":"another","signals":[]}'],
    [204, ''],
    [302, '{"found":true}'],
    [401, '{"detail":"key"}'],
    [403, '{"found":false}'],
    [429, '{}'],
    [500, `{"signal_id":"${id}"}`],
    [503, '{"found":true}'],
  ])('learns nothing from %i %s', (status, body) => expect(read(status, body).kind).toBe('unknown'));

  it('learns nothing from half an answer or none', () => {
    expect(read(200, '{"found":true}', false).kind).toBe('unknown');
    expect(interpretLookup({ kind: 'lost', reason: 'ECONNRESET' }, id, clean).kind).toBe('unknown');
    expect(interpretLookup({ kind: 'unsent', reason: 'ECONNREFUSED' }, id, clean).kind).toBe('unreachable');
  });
});

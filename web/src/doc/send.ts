/* One file on its way to the server by tus, for what becomes part of a document at once. */
import { Problem } from '@/api/http';
import { endpoint } from '@/api/upload';
import { problemText } from '@/upload/progress';

/** The finished upload's id; throws a Problem that says why not. */
export async function sendFile(file: File, say: (part: number) => void): Promise<string> {
  const { Upload } = await import('tus-js-client');
  return new Promise((resolve, reject) => {
    const up: InstanceType<typeof Upload> = new Upload(file, {
      endpoint,
      retryDelays: [0, 1000, 3000, 5000, 10_000],
      storeFingerprintForResuming: false,
      metadata: { filename: file.name },
      onProgress: (sent, all) => say(all ? sent / all : 0),
      onSuccess: () => resolve(decodeURIComponent(up.url?.split('/').pop() ?? '')),
      onError: (e) => reject(new Problem(0, 'upload', problemText(e).text)),
    });
    up.start();
  });
}

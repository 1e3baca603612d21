import { onTestFinished } from 'vitest';

/** The warning of this process that `isMeant`: files share a process, and whatever they load may warn as well. */
export function warned(isMeant: (warning: Error & { readonly code?: string }) => boolean): Promise<Error> {
  return new Promise((resolve) => {
    const listener = (warning: Error) => {
      if (isMeant(warning)) resolve(warning);
    };
    process.on('warning', listener);
    onTestFinished(() => void process.off('warning', listener));
  });
}

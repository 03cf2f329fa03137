/** A frame is as high as what it shows. @module */

/** Fits every frame, now and when it has loaded. */
export function fitFrames(within: ParentNode): void {
  for (const frame of within.querySelectorAll("iframe")) {
    const fit = () => {
      const height = frame.contentDocument?.documentElement.scrollHeight ?? 0;
      if (height > 0) frame.style.height = `${height + 4}px`;
    };
    frame.addEventListener("load", fit);
    if (frame.contentDocument?.readyState === "complete") fit();
  }
}

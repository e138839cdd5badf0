import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Whether the camera shows something, and why not. */
export type CameraState = "starting" | "on" | { readonly trouble: string };

/** Shows the camera in a video for as long as the component lives. */
export function useCamera(): { video: RefObject<HTMLVideoElement | null>; state: CameraState } {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>("starting");
  useEffect(() => {
    let stream: MediaStream | undefined;
    let left = false;
    const open = async (): Promise<void> => {
      try {
        stream = await cameraStream();
        if (left || !video.current) return stop(stream);
        video.current.srcObject = stream;
        await video.current.play();
        setState("on");
      } catch (error) {
        if (!left) setState({ trouble: trouble(error) });
      }
    };
    void open();
    return () => {
      left = true;
      stop(stream);
    };
  }, []);
  return { video, state };
}

function cameraStream(): Promise<MediaStream> {
  // Pages that are not served securely have none.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new DOMException("", "SecurityError");
  return devices.getUserMedia({ audio: false, video: { width: 640, height: 480 } });
}

const stop = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

const reasons: Readonly<Record<string, string>> = {
  NotAllowedError:
    "The camera may not be used here. Allow it beside the address of the page, or use files instead.",
  NotFoundError: "No camera was found. Connect one, or use files instead.",
  NotReadableError:
    "Another program uses the camera. Close that one and try again, or use files instead.",
  SecurityError:
    "Browsers give the camera only to pages with an https address. Open the page there, or use files instead.",
};

const trouble = (error: unknown): string =>
  reasons[error instanceof DOMException ? error.name : ""] ??
  `The camera could not be started (${error instanceof Error ? error.message : String(error)}). Use files instead.`;

const longestSide = 384;

/** What a video shows now, as a picture's file. */
export async function takePicture(video: HTMLVideoElement): Promise<Blob | undefined> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0) return undefined;
  const scale = Math.min(1, longestSide / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) =>
    canvas.toBlob((blob) => resolve(blob ?? undefined), "image/jpeg", 0.92),
  );
}

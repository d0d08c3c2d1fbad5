export { type FetchedFile, type FetchFileOptions, fetchFile, tryFetchFile } from "./node/fetch-file.ts";
export { defaultCacheFolder, type PublishedFile } from "./node/published-file.ts";
export { type DownloadProgress, type Received, type ReceiveOptions, receiveFile } from "./node/receive-file.ts";
export { openSafetensorsFile, readWeightsFile } from "./node/weights-file.ts";

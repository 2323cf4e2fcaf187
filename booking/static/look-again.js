// @ts-check
// A page of something under way looks again every two seconds, until the server sends it without this.

const SECONDS = 2;
setTimeout(() => location.reload(), SECONDS * 1000);

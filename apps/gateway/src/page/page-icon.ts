/** Two tracks that join: the icon of the pages. */
export const pageIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1f5fbf"/><path d="M6 11h6c6 0 5 10 11 10h3M6 21h20" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><circle cx="25" cy="11" r="2.4" fill="#9cc4ff"/></svg>
`;

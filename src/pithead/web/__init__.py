"""The desk: settings and URLs of the site, sign-in, home page, and the shell around every app's pages."""

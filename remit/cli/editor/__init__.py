"""What an author has in the editor: everything the language server says, and the server itself."""

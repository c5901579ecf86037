"""The Images page: a gallery of the images of a filter, and one of them opened."""

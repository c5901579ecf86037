"""The Classes page: which classes gain and which pay, and what is taken for what."""

"""The first page, and the controls and charts that other pages share with it."""

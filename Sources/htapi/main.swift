import ArgumentParser
print("htapi")

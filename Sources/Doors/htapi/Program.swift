import ArgumentParser
import JobExecution

@main
enum Program {
    static func main() async {
        Spawner.runIfAsked()
        await HTAPI.main()
    }
}
